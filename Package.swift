// swift-tools-version: 6.2
import Foundation
import PackageDescription

// GDAL is only needed by the child that reads foreign formats. A machine without its headers still gets the
// workbench; `tuban import` then says which package is missing.
let hasGDAL = FileManager.default.fileExists(atPath: "/usr/include/gdal/gdal.h")

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

var targets: [Target] = [
    .systemLibrary(name: "CNcurses"),
    .systemLibrary(name: "CGEOS"),
    .systemLibrary(name: "CPROJ"),
    .systemLibrary(name: "CSQLiteSession"),
    .systemLibrary(name: "CCrypto"),

    library("Phrases"),
    library("Geometry", ["Phrases"]),
    library("Transcoding"),
    library("Boundary", ["Geometry", "Phrases", "Transcoding"]),
    library("Stream", ["Geometry", "Phrases"]),
    library("Planning", ["Geometry", "Phrases"], resources: [.embedInCode("Tables")]),
    library("Canvas", ["Geometry", "Phrases"]),
    library("GeoBridge", ["Geometry", "Phrases", "CGEOS", "CPROJ"]),
    library("Documents", ["Planning", "Canvas", "Geometry", "Phrases"]),
    library("County", ["Geometry", "Planning", "Phrases"], resources: [.embedInCode("Tables")]),
    library("Store", ["Planning", "Geometry", "GeoBridge", "Phrases", "CSQLiteSession", "CCrypto", grdb, sqlite]),
    library(
        "Commands",
        [
            "Store", "Planning", "Geometry", "GeoBridge", "Canvas", "Documents", "Stream", "County", "Boundary",
            "Transcoding", "Phrases", arguments,
        ]),
    library(
        "Views", ["Commands", "Store", "Planning", "Canvas", "Geometry", "GeoBridge", "Phrases", arguments]),
    library("Terminal", ["Canvas", "Phrases", "CNcurses"]),
    .executableTarget(
        name: "tuban", dependencies: ["Commands", "Views", "Terminal", "Store", "Canvas", "Phrases"],
        swiftSettings: strict),

    tests("GeometryTests", ["Geometry", "Phrases", "Rig"]),
    tests("BoundaryTests", ["Boundary", "Geometry", "GeoBridge", "Phrases", "Rig"]),
    tests("GeoBridgeTests", ["GeoBridge", "Geometry", "Phrases"], exclude: ["Reference"]),
    .target(name: "Rig", path: "Tests/Rig", swiftSettings: strict),
    .executableTarget(
        name: "terminal-probe", dependencies: ["Terminal", "Canvas", "Phrases"], path: "Tests/TerminalProbe",
        swiftSettings: strict),
    tests("TerminalTests", ["Terminal", "Canvas", "Phrases", "Rig", "terminal-probe"]),
    // tuban is run in a pseudo-terminal, not linked.
    tests("EndToEndTests", ["Rig", "tuban"], exclude: ["Screens"]),
    .executableTarget(
        name: "bench", dependencies: ["Commands", "Store", "Planning", "Canvas", "Geometry", "GeoBridge", "Rig"],
        exclude: ["Peers"], swiftSettings: strict),
    tests("StoreTests", ["Store", "Planning", "Geometry", "GeoBridge", "Phrases", "Rig", grdb]),
    tests("CanvasTests", ["Canvas", "Geometry", "Phrases"], exclude: ["Pictures"]),
    tests("DocumentsTests", ["Documents", "Planning", "Canvas", "Geometry", "Phrases"]),
]

targets += [
    // tuban-formats is run, not linked: `swift test` builds it beside the tests, which skip where there is no GDAL.
    tests("FormatsTests", ["Stream", "Commands", "Geometry", "Phrases", "Rig"])
]

if hasGDAL {
    targets += [
        .systemLibrary(name: "CGDAL"),
        .executableTarget(
            name: "tuban-formats", dependencies: ["Stream", "Geometry", "Phrases", "Transcoding", "CGDAL"],
            swiftSettings: strict),
    ]
}

targets += [
    tests("PlanningTests", ["Planning", "Geometry", "Phrases"]),
    tests("CountyTests", ["County", "GeoBridge", "Planning", "Geometry", "Phrases"]),
    // They run the program itself, and tuban-formats beside it where there is GDAL.
    tests("CommandsTests", ["Rig", "tuban", "Store", "Planning", "Geometry", "GeoBridge", "Phrases", grdb]),
]

let package = Package(
    name: "tuban",
    products: [.executable(name: "tuban", targets: ["tuban"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: targets
)

import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning

/// How a parcel is to be split.
package enum Division: Sendable {
    /// Along lines, or by the outline of a polygon.
    case along(Shape)
    /// So that one side of a line of this bearing (degrees) has an area, in hundredths of a square metre.
    case area(Int64, bearing: Double, isLeft: Bool)
}

/// What a step on outlines made: its outcome, and the features that came of it.
package struct DraftOutcome: Sendable {
    package var outcome: StepOutcome
    package var features: [Made]
    /// A sentence besides, such as that part of a zone was there already.
    package var note: Phrase?

    package struct Made: Sendable, Hashable {
        package var uid: Int64
        package var area: Int64
        package var `class`: Int64
    }
}

extension DraftFeature {
    fileprivate var made: DraftOutcome.Made { .init(uid: uid, area: area, class: `class`) }
}

extension Project {
    /// One step on outlines.
    private func draft(
        _ line: String, _ plan: Int64, _ change: (OutlineWork) throws -> (features: [DraftFeature], note: Phrase?)
    ) throws -> DraftOutcome {
        var made: (features: [DraftFeature], note: Phrase?) = ([], nil)
        do {
            let outcome = try step(line: line, plan: plan) { db, step in
                made = try change(OutlineWork(in: plan, step: step, db))
            }
            return DraftOutcome(outcome: outcome, features: made.features.map(\.made), note: made.note)
        } catch let error as GEOSError {
            throw Refusal(
                .badData, "Nothing was changed: \(error). Check the outlines for faults and try again.",
                "未作修改：\(error)。请检查图形后重试。")
        }
    }

    /// Splits a feature; its pieces get numbers of their own, its neighbours the new corners.
    package func split(_ uid: Int64, _ division: Division, in plan: Int64, line: String) throws -> DraftOutcome {
        try draft(line, plan) { work in
            let parent = try work.editable(uid)
            switch division {
            case .along(let shape):
                let lines = shape.kind == .polygon ? shape.outline : shape
                return (try work.split(parent, by: lines, reach: work.hair), nil)
            case .area(let area, let bearing, let isLeft):
                return (try work.split(parent, area: area, bearing: bearing, isLeft: isLeft), nil)
            }
        }
    }

    /// Merges features into one.
    package func merge(_ uids: [Int64], to code: LandUseCode?, in plan: Int64, line: String) throws -> DraftOutcome {
        let target = try code.map { try landClass($0).id }
        return try draft(line, plan) { work in
            ([try work.merge(try uids.map(work.editable), as: target)], nil)
        }
    }

    /// Draws a zone in a layer.
    package func addZone(_ zone: NewZone, to layer: Layer, in plan: Int64, line: String) throws -> DraftOutcome {
        try draft(line, plan) { work in
            let (zone, held) = try work.add(zone, to: layer)
            let note = Phrase(
                "\(layer.table) held \(hundredthsText(held)) m² of it already; the zone keeps clear of that.",
                "\(layer.table) 原已包含其中 \(hundredthsText(held)) m²，新增范围已避开。")
            return ([zone], held > 0 ? note : nil)
        }
    }

    /// Moves, adds or deletes a vertex, in the neighbours too.
    package func changeVertex(of uid: Int64, _ change: VertexChange, in plan: Int64, line: String) throws
        -> DraftOutcome
    {
        try draft(line, plan) { work in (try work.change(try work.editable(uid), change), nil) }
    }

    /// Keeps of a feature what lies inside (or outside) of a boundary.
    package func clip(_ uid: Int64, to boundary: Shape, keepingInside: Bool, in plan: Int64, line: String) throws
        -> DraftOutcome
    {
        try draft(line, plan) { work in
            let feature = try work.editable(uid)
            try work.requireLoose(feature, Phrase("clipped", "裁剪"))
            try work.requireValid(boundary, Phrase("Nothing was clipped: the boundary is broken", "未裁剪：边界有误"))
            let shape =
                keepingInside
                ? try work.geos.intersection(feature.shape, boundary)
                : try work.geos.difference(feature.shape, boundary)
            return ([try work.replace(feature, by: shape, Phrase("the boundary", "裁剪"))], nil)
        }
    }

    /// Draws a feature's outline inwards.
    package func shrink(_ uid: Int64, byMetres metres: Double, in plan: Int64, line: String) throws -> DraftOutcome {
        try draft(line, plan) { work in
            let feature = try work.editable(uid)
            try work.requireLoose(feature, Phrase("shrunk", "收缩"))
            guard metres > 0, metres.isFinite else {
                throw Refusal(.usage, "It shrinks by a distance above 0 m.", "收缩距离须大于 0 米。")
            }
            guard work.system?.isGeographic != true else {
                throw Refusal(
                    .usage, "Metres need a projected coordinate system, and the project's counts in degrees.",
                    "按米收缩须使用投影坐标系，本项目为经纬度。")
            }
            let shape = try work.geos.shrunk(feature.shape, by: work.metres(metres))
            return ([try work.replace(feature, by: shape, Phrase("the distance", "收缩"))], nil)
        }
    }

    /// Takes features out of the plan's world.
    package func remove(_ uids: [Int64], in plan: Int64, line: String) throws -> DraftOutcome {
        try draft(line, plan) { work in
            let features = try uids.map(work.feature)
            for feature in features {
                try work.requireLoose(feature, Phrase("removed", "删除"))
                if try work.layer(feature.layer).role == .units { _ = try work.editable(feature.uid) }
                try work.drop(feature)
            }
            return (features, nil)
        }
    }

    /// Sets source fields of features.
    ///
    /// - Parameter words: `FIELD=VALUE`; an empty value is null.
    package func setAttributes(of uids: [Int64], _ words: [String], in plan: Int64, line: String) throws -> DraftOutcome
    {
        try draft(line, plan) { work in
            var changed: [DraftFeature] = []
            var read: [Int64: [String: Any]] = [:]
            for uid in uids {
                var feature = try work.feature(uid)
                let layer = try work.layer(feature.layer)
                let values = try read[layer.id] ?? FeatureAttributes.read(words, for: layer, in: work.db)
                read[layer.id] = values
                var own = FeatureAttributes.parse(feature.attributes)
                for (field, value) in values { own[field] = value }
                let text = try FeatureAttributes.text(own)
                guard text != feature.attributes else { continue }
                feature.attributes = text
                if let field = layer.numberField, let value = values[field] { feature.number = value as? String ?? "" }
                if let field = layer.nameField, let value = values[field] { feature.name = value as? String ?? "" }
                try work.put(feature)
                changed.append(feature)
            }
            return (changed, nil)
        }
    }
}

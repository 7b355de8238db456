import Geometry
import Planning

/// Layers made from what changed between the last two surveys: spots seen from above, approvals, illegal building.
enum Spotting: String {
    case JCTB, ZZ_NYDZYFW, XX_XMZDFW, WFDK
}

extension County {
    func forEachSpot(_ spotting: Spotting, _ body: (Natural) throws -> Void) rethrows {
        guard years.count > 1 else { return }
        let first = years[years.count - 2], second = years[years.count - 1]
        try forEachChangedPiece(from: first, to: second) { piece in
            guard piece.after.isBuilt || piece.after == .orchard || piece.after == .pond || piece.after == .facility,
                !piece.isKept
            else { return }
            let isConversion = piece.after.isBuilt && !piece.before.isBuilt
            let isApproved = isConversion && dice.unit(.spot, piece.chance, 1) < 0.8
            let place = place(ofTown: piece.village.town)
            let key = String(UInt64(bitPattern: Int64(piece.chance)) % 1_000_000_000)
            switch spotting {
            case .ZZ_NYDZYFW:
                guard isApproved else { return }
                try body(
                    Natural(
                        shape: piece.shape, place: place,
                        values: [
                            "XMDM": .text("XM-\(key)"), "AJBH": .text("AJ-\(key)"), "XMMC": .text("\(place.name)批次用地"),
                            "DKBH": .text(key), "PFWH": .text("示例转批\(key)"), "PFRQ": .text("\(second)-03-01"),
                        ]))
            case .XX_XMZDFW:
                guard isApproved, dice.unit(.spot, piece.chance, 5) < 0.1 else { return }
                try body(
                    Natural(
                        shape: piece.shape, place: place,
                        values: [
                            "XMDM": .text("XM-\(key)"), "AJBH": .text("XX-\(key)"), "XMMC": .text("\(place.name)先行用地"),
                            "DKBH": .text(key),
                        ]))
            case .WFDK:
                guard isConversion, !isApproved, dice.unit(.spot, piece.chance, 2) < 0.5 else { return }
                try body(
                    Natural(
                        shape: piece.shape, place: place,
                        values: [
                            "WFXWZJ": .text("WF\(second)\(key)"), "WFDKXH": .text("1"),
                            "QSSJ": .text("\(second)-01-01"),
                            "ZZSJ": .text("\(second)-12-31"),
                            "GXZT": .text(dice.unit(.spot, piece.chance, 3) < 0.6 ? "已整改" : "整改中"),
                        ]))
            case .JCTB:
                let block = piece.block
                let isChecked = dice.unit(.spot, piece.chance, 4) < 0.9
                let redLine = zone(block.column, block.row, town: piece.village.town).isRedLine
                try body(
                    Natural(
                        shape: piece.shape, place: place,
                        values: [
                            "JCBH": .text("\(names.county.digits)\(second)\(key)"), "QSX": .text("\(first)-11-20"),
                            "HSX": .text("\(second)-11-20"), "TBLX": .text(Self.image(piece.after)),
                            "DLBM": .text(piece.before.code),
                            "DLMC": optional(ClassTable.standard[piece.before.landUse]?.name.chinese),
                            "SFHX": .text(redLine ? "1" : "0"),
                            "HCRQ": isChecked ? .text("\(second)-12-10") : .null,
                            "HCJG": isChecked ? .text(isApproved ? "合法" : isConversion ? "违法" : "其他") : .null,
                        ]))
            }
        }
    }

    /// What the image shows (TBLX).
    private static func image(_ cover: Cover) -> String {
        switch cover {
        case .orchard: "02"
        case .pond: "KT"
        case .mining: "CK"
        case .park: "LD"
        case .street, .highway: "DL1"
        case .vacant: "TD"
        default: "20"
        }
    }

    /// A piece that changed, and where.
    struct ChangedPiece {
        let village: Layout.Village
        let block: (column: Int, row: Int)
        let before: Cover
        let after: Cover
        let chance: Int
        let isKept: Bool
        let shape: Shape
    }

    /// Everything that changed from one survey to another, village after village: the parts that two parcels of
    /// different class have in common.
    func forEachChangedPiece(from first: Int, to second: Int, _ body: (ChangedPiece) throws -> Void) rethrows {
        let base = years.first ?? first
        for village in layout.villages {
            let before = painter.paint(village, age: Double(first - base))
            let after = painter.paint(village, age: Double(second - base))
            let values = before.cover.indices.map { cell -> UInt64 in
                before.cover[cell] == after.cover[cell]
                    ? 0 : Dice.mix(before.piece[cell] ^ Dice.mix(after.piece[cell])) | 1
            }
            let areas = Areas(width: before.width, height: before.height, values: values)
            guard areas.count > 0 else { continue }
            var drawing = Drawing(cellsOf: before, areas, lattice)
            for number in 0..<areas.count {
                let cell = Int(areas[number].first ?? 0), block = before.block(of: cell)
                try body(
                    ChangedPiece(
                        village: village, block: block, before: before.cover[cell], after: after.cover[cell],
                        chance: Int(truncatingIfNeeded: values[cell]),
                        isKept: painter.planting.isKept(block.column, block.row),
                        shape: drawing.shape(of: [areas[number]])))
            }
        }
    }
}

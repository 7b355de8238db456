import Phrases

extension BoundaryAnalysis {
    /// Brings the measured areas of all parts to the boundary's own, deducts field ridges from the adjusted areas, and
    /// sums them: all that follows from `area`, `plane` and the raw areas of `parcels`, `unsurveyed` and `doubled`.
    package mutating func settle() {
        parcels.sort { $0.raw != $1.raw ? $0.raw > $1.raw : $0.id < $1.id }
        adjust()
        for index in parcels.indices {
            let parcel = parcels[index]
            parcels[index].ridges = FieldRidges.deduction(
                from: parcel.area, factor: parcel.factor, code: parcel.code.code)
        }
        var byKey: [Sum.Key: Sum] = [:]
        for parcel in parcels {
            let key = Sum.Key(code: parcel.code, unit: parcel.unit, ownership: parcel.ownership)
            var sum =
                byKey[key] ?? Sum(key: key, className: parcel.className, parcels: 0, area: 0, net: 0, plane: 0)
            sum.parcels += 1
            sum.area += parcel.area
            sum.net += parcel.net
            sum.plane += parcel.plane
            byKey[key] = sum
        }
        sums = byKey.values.sorted { $0.key < $1.key }
    }

    private mutating func adjust() {
        var parts = parcels.map { Adjustment.Polygon(id: $0.id, raw: $0.raw) }
        if let unsurveyed { parts.append(.init(id: 0, raw: unsurveyed.raw)) }
        let tolerance = Adjustment.tolerance(polygons: parts.count, control: area)
        adjustment = BoundaryAdjustment(control: area, sum: parts.reduce(0) { $0 + $1.raw }, tolerance: tolerance)
        do throws(Adjustment.Beyond) {
            adjustment.moves = try Adjustment(parts, to: area, tolerance: tolerance).moves
        } catch {
            let text = AreaUnit.squareMetres.text
            let (off, limit) = (text(error.difference, nil), text(error.tolerance, nil))
            let why =
                doubled.isEmpty
                ? Phrase("", "")
                : Phrase(
                    ", because parcels of the survey lie over one another", "，原因是调查图斑相互重叠")
            adjustment.obstacle = Phrase(
                "The parts miss the boundary's own area by \(off) m², more than the tolerance of \(limit) m²\(why.english): nothing was adjusted, and the sums do not close.",
                "各部分面积之和与范围面积相差 \(off) 平方米，超过限差 \(limit) 平方米\(why.chinese)：未平差，合计不闭合。")
            return
        }
        let moved = Dictionary(uniqueKeysWithValues: adjustment.moves.map { ($0.id, $0.moved) })
        for index in parcels.indices { parcels[index].moved = moved[parcels[index].id] ?? 0 }
        unsurveyed?.moved = moved[0] ?? 0
    }

    /// Sums what the features of a planned-use layer cover, by class, largest first; the last row is what none covers.
    ///
    /// Figures that miss the boundary's area by no more than rounding are adjusted to it as parcels are.
    package mutating func settlePlanned(_ meetings: LayerMeetings) {
        let taken = meetings.meetings.filter { $0.area > 0 }
        var area: [Int64: Int64] = [:]
        for meeting in taken { area[meeting.id] = meeting.area }
        let parts = taken.map { Adjustment.Polygon(id: $0.id, raw: $0.area) }
        if let adjusted = try? Adjustment(parts, to: self.area) {
            for move in adjusted.moves { area[move.id] = move.adjusted }
        }
        var byCode: [LandUseCode?: PlannedSum] = [:]
        for meeting in taken {
            var sum =
                byCode[meeting.code]
                ?? PlannedSum(
                    code: meeting.code, className: meeting.className ?? Phrase("no class", "无地类"), features: 0, area: 0,
                    plane: 0)
            sum.features += 1
            sum.area += area[meeting.id] ?? 0
            sum.plane += meeting.plane
            byCode[meeting.code] = sum
        }
        planned = byCode.values.sorted {
            $0.area != $1.area ? $0.area > $1.area : ($0.code?.code ?? "") < ($1.code?.code ?? "")
        }
        let rest =
            self.area - (area.values.reduce(0, +) > meetings.covered ? meetings.covered : area.values.reduce(0, +))
        if rest > Adjustment.tolerance(polygons: taken.count, control: self.area) {
            planned.append(
                PlannedSum(
                    code: nil, className: PlannedSum.none, features: 0, area: rest,
                    plane: max(0, plane - planned.reduce(0) { $0 + $1.plane })))
        }
    }
}

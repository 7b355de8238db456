/// A number with its English noun: `1 parcel`, `12 parcels`.
///
/// - Parameter plural: for nouns that take more than an s.
package func counted(_ count: some BinaryInteger, _ noun: String, _ plural: String? = nil) -> String {
    "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}

import Phrases
import Store

extension Context {
    /// Has a row signed by who acts, and keeps it.
    ///
    /// - Parameter key: the public key, where it is not yet the roster's.
    func sign<Row: Signed>(
        _ row: Row, _ options: SigningOptions, with key: String? = nil, _ keep: (Row, String) throws -> Void
    ) throws {
        let project = try project()
        let known = try project.roster().people[project.who]?.key ?? ""
        let text = row.statement(project: try project.identity()).text
        try keep(
            row, try SSHSignature.sign(text, publicKey: key ?? known, file: options.key, mayAsk: mayAsk))
    }
}

import Foundation
import Phrases
import Store

/// Signatures by SSH keys, as OpenSSH makes and checks them (`ssh-keygen -Y`, PROTOCOL.sshsig): anybody can prove a
/// decision without tuban.
package enum SSHSignature {
    /// What tuban's signatures are for; one made for another purpose does not pass.
    package static let namespace = "tuban"

    /// The key is locked and no agent has it: it must be asked for on the terminal.
    package struct NeedsPassphrase: Error {}

    /// Signs a text with the key whose public half the roster knows.
    ///
    /// - Parameters:
    ///   - publicKey: `ssh-ed25519 AAAA…`.
    ///   - file: the private key; without it the agent's, or the one of the user's own that fits.
    ///   - mayAsk: whether a passphrase may be asked for on the terminal.
    /// - Returns: the armoured signature.
    /// - Throws: `NeedsPassphrase` where it may not be asked for; `Refusal` that says what to do.
    package static func sign(_ text: String, publicKey: String, file: String?, mayAsk: Bool) throws -> String {
        guard !publicKey.isEmpty else {
            throw Refusal(
                .notAllowed,
                "The roster has no key of yours to sign with: 'roster key ~/.ssh/id_ed25519.pub' gives it.",
                "名册中没有您的公钥：请用 roster key ~/.ssh/id_ed25519.pub 登记。")
        }
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try folder.write(publicKey + "\n", to: "key.pub")
        try folder.write(text, to: "statement")
        let quiet: [String: String?] = ["SSH_ASKPASS": "/bin/false", "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":"]
        let asking: [String: String?] = ["SSH_ASKPASS_REQUIRE": "never"]
        func attempt(_ key: String, _ environment: [String: String?]) throws -> (signature: String?, errors: String) {
            try? FileManager.default.removeItem(atPath: folder.file("statement.sig"))
            let made = try ChildProcess.run(
                ["ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", namespace, folder.file("statement")],
                environment: environment)
            guard made.status == 0, let data = FileManager.default.contents(atPath: folder.file("statement.sig")) else {
                return (nil, made.errors)
            }
            return (String(decoding: data, as: UTF8.self), "")
        }
        if file == nil, let signature = try attempt(folder.file("key.pub"), quiet).signature { return signature }
        guard let key = file ?? Self.file(of: publicKey) else {
            throw Refusal(
                .notAllowed,
                "Your key \(fingerprint(publicKey)) is neither in the agent nor in ~/.ssh: name its file with --key, or add it with ssh-add.",
                "密钥 \(fingerprint(publicKey)) 既不在代理中也不在 ~/.ssh：请用 --key 指定文件，或用 ssh-add 加入代理。")
        }
        var made = try attempt(key, quiet)
        if made.signature == nil {
            guard isLocked(made.errors) else { throw refusal(key, made.errors) }
            guard mayAsk else { throw NeedsPassphrase() }
            made = try attempt(key, asking)
        }
        guard let signature = made.signature else { throw refusal(key, made.errors) }
        guard try isValid(signature, of: text, by: publicKey) else {
            throw Refusal(
                .notAllowed, "\(key) is not the key that the roster has for you (\(fingerprint(publicKey))).",
                "\(key) 不是名册中登记的密钥（\(fingerprint(publicKey))）。")
        }
        return signature
    }

    private static func isLocked(_ message: String) -> Bool {
        message.contains("passphrase") || message.contains("askpass")
    }

    private static func refusal(_ key: String, _ message: String) -> Refusal {
        let why = message.split(separator: "\n").last.map(String.init) ?? "ssh-keygen failed"
        return Refusal(.notAllowed, "\(key) cannot sign: \(why).", "\(key) 无法签名：\(why)。")
    }

    /// Whether a signature over a text was made by a key.
    package static func isValid(_ signature: String, of text: String, by publicKey: String) throws -> Bool {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try folder.write("signer namespaces=\"\(namespace)\" \(publicKey)\n", to: "allowed")
        try folder.write(signature, to: "signature")
        return try ChildProcess.run(
            [
                "ssh-keygen", "-q", "-Y", "verify", "-f", folder.file("allowed"), "-I", "signer", "-n", namespace, "-s",
                folder.file("signature"),
            ], input: text
        ).status == 0
    }

    /// A public key from its file, without its comment.
    ///
    /// - Throws: `Refusal` for what is no public key; a private one is never read further.
    package static func publicKey(in path: String) throws -> String {
        let path = (path as NSString).expandingTildeInPath
        guard let data = FileManager.default.contents(atPath: path), data.count < 16_384 else {
            throw Refusal(.noInput, "There is no public key \(path).", "没有公钥文件 \(path)。")
        }
        let words = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count >= 2, words[0].hasPrefix("ssh-") || words[0].hasPrefix("ecdsa-") || words[0].hasPrefix("sk-"),
            words[1].utf8.count > 40, Data(base64Encoded: words[1]) != nil
        else {
            throw Refusal(
                .badData, "\(path) is no SSH public key; it ends in .pub and starts like ‘ssh-ed25519 AAAA…’.",
                "\(path) 不是 SSH 公钥；公钥文件以 .pub 结尾，内容形如 ssh-ed25519 AAAA…。")
        }
        return "\(words[0]) \(words[1])"
    }

    /// The SHA-256 fingerprint as OpenSSH writes it.
    package static func fingerprint(_ publicKey: String) -> String {
        guard let folder = try? TemporaryFolder() else { return publicKey }
        defer { folder.remove() }
        try? folder.write(publicKey + "\n", to: "key.pub")
        let told = try? ChildProcess.run(["ssh-keygen", "-l", "-f", folder.file("key.pub")])
        return told?.output.split(separator: " ").dropFirst().first.map(String.init) ?? publicKey
    }

    /// The user's own private key that belongs to a public one.
    private static func file(of publicKey: String) -> String? {
        // As a shell has it; Foundation asks the list of users, and nobody else.
        let home = ProcessInfo.processInfo.environment["HOME"] ?? ("~" as NSString).expandingTildeInPath
        let folder = home + "/.ssh"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names.sorted() where name.hasSuffix(".pub") {
            guard (try? Self.publicKey(in: "\(folder)/\(name)")) == publicKey else { continue }
            let key = "\(folder)/\(name.dropLast(4))"
            if FileManager.default.fileExists(atPath: key) { return key }
        }
        return nil
    }
}

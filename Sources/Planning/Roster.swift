import Phrases

/// What somebody may do in a project.
package enum Role: String, Sendable, CaseIterable {
    case drafter, checker, reviewer, expert, approver, publisher, monitor, administrator

    package var name: Phrase {
        switch self {
        case .drafter: Phrase("drafter", "编制")
        case .checker: Phrase("checker", "自检")
        case .reviewer: Phrase("reviewer", "审查")
        case .expert: Phrase("expert", "专家")
        case .approver: Phrase("approver", "审批")
        case .publisher: Phrase("publisher", "发布")
        case .monitor: Phrase("monitor", "监测")
        case .administrator: Phrase("administrator", "管理员")
        }
    }
}

extension Role {
    /// Who brings layers in, takes them out and adjusts their areas.
    package static let keepingLayers: [Role] = [.administrator, .drafter]
    /// Who answers what rules found or ask.
    package static let answering: [Role] = [.drafter, .checker, .reviewer, .administrator]
}

/// The level of government that an office belongs to.
package enum OfficeLevel: String, Sendable, CaseIterable {
    case town, county, city, province

    package var name: Phrase {
        switch self {
        case .town: Phrase("town", "乡镇")
        case .county: Phrase("county", "县")
        case .city: Phrase("city", "市")
        case .province: Phrase("province", "省")
        }
    }
}

/// Somebody on the roster, as of one moment.
package struct Person: Sendable, Hashable {
    /// The name that the operating system knows them by.
    package var login: String
    package var name: String
    package var office: String
    package var level: OfficeLevel
    package var roles: Set<Role>
    /// The SSH public key that their decisions are signed with: `ssh-ed25519 AAAA…`, without a comment; empty until it is given.
    package var key: String
    /// Somebody who left stays on the roster: what they signed was signed then.
    package var isActive: Bool

    package init(
        login: String, name: String = "", office: String = "", level: OfficeLevel = .county, roles: Set<Role> = [],
        key: String = "", isActive: Bool = true
    ) {
        self.login = login
        self.name = name
        self.office = office
        self.level = level
        self.roles = roles
        self.key = key
        self.isActive = isActive
    }

    /// `Li Wei (liwei)`, or the login alone.
    package var title: String { name.isEmpty || name == login ? login : "\(name) (\(login))" }

    /// The roles as tables keep them: by name, in the order of the enumeration.
    package var roleList: String { Role.allCases.filter(roles.contains).map(\.rawValue).joined(separator: " ") }

    package static func roles(_ list: String) -> Set<Role> {
        Set(list.split(separator: " ").compactMap { Role(rawValue: String($0)) })
    }
}

import Phrases
import Store

extension Session {
    /// Keeps what I said to a change of a plan. As marks it is mine alone, and no row of the journal.
    func look(at uid: Int64, in plan: Int64, _ verdict: ReviewItem.Look) throws {
        guard !project.isReadOnly else {
            throw Refusal(
                .notAllowed, "What was seen is not kept: the project is open for reading only.", "不能记录已看：项目以只读方式打开。")
        }
        try project.look(at: uid, in: plan, verdict)
    }
}

import Foundation
import Phrases

// The language first: every text, the help of commands included, is made in it.
let words = Array(CommandLine.arguments.dropFirst())
Language.current = Start.language(words, ProcessInfo.processInfo.environment)
exit(Start.run(words))

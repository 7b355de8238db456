import Glibc
import Terminal

private final class Box: Sendable {
    let waker: Waker
    init(waker: Waker) { self.waker = waker }
}

/// Does what a job does that has something to say.
func wakeFromAnotherThread(_ waker: Waker) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(waker: waker))
    pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().waker.wake()
            return nil
        }, box.toOpaque())
    pthread_detach(thread)
}

/// The records of one partition that a share group has in flight (KIP-932), without clock, lock or
/// log: a state machine of offsets.
///
/// **Enter at** [io.zurau.broker.share.window.Window], the spans of records between the share
/// partition's start and its end. `Acquisition` gives records to a member, `Acknowledgement` takes
/// what a member says of them; the rest are methods of the window. `Delivery` has the states of a
/// span:
///
/// ```
///              acquire                    said                   stored
/// Available ───────────► Acquired ───────────────► Deciding ───────────────► Over, or Available
///     ▲                   │    ▲ renew              │ not stored
///     └───── time is up ──┘    └────────────────────┘
/// ```
///
/// **Promises.** A record is acquired by one member at a time. What is over is over: it is never
/// given to anybody again. Delivered as often as the limit says, a record that comes back is over.
///
/// **Guard:** the lock of the share partition that owns the window.
///
/// **Knows** offsets and times. **Must not know** logs, requests, where the state is stored.
@NullMarked
package io.zurau.broker.share.window;

import org.jspecify.annotations.NullMarked;

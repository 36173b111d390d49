//! The format of a trace, in words.

/// The format, as `citizen replay --help` shows it.
pub const FORMAT_HELP: &str = "\
The trace: one JSON object on each line; empty lines and lines that begin with # are skipped.

An input. `at_ms` is the time since the beginning of the trace; without it, the line follows at once. Until then everything
happens that is due: retries, replies (50 ms after their request), long polls.
  {\"at_ms\":0,\"do\":\"press\",\"source\":\"screen\"}    source: as in `citizen press --help`; screen when left out
  {\"do\":\"drill\"}
  {\"do\":\"cancel\",\"code\":\"1234\"}               code may be left out
  {\"do\":\"report\",\"category\":\"fire\",\"text\":\"…\"}    also place {\"lat\",\"lon\",\"radius_m\",\"words\"}, subject, agencies
  {\"do\":\"draft\", …}, {\"do\":\"edit\", …}        the same, kept as a draft; the newest draft says this from now on
  {\"do\":\"drafted\"}                           the answer is what the newest draft says
  {\"do\":\"submit\"}, {\"do\":\"discard\"}         the newest draft is sent, or thrown away
  {\"do\":\"note\",\"text\":\"…\"}                   words that are added to the newest incident
  {\"do\":\"attach\",\"name\":\"a.jpg\",\"head\":\"/9j/4A==\",\"bytes\":200000,\"content\":false}
                                             a file for the newest incident: its first bytes in base64, its size, and
                                             whether it comes by its path or, with true, as another app's content
  {\"do\":\"any_network\"}                        the newest file may go over a metered network, too
  {\"do\":\"fix\",\"lat\":-6.2,\"lon\":106.8}         also radius {\"m\",\"confidence\"}, altitude_m, speed_mps, bearing_deg,
                                             source, mock, age_ms, stated_wall_ms
  {\"do\":\"no_fix\",\"reason\":\"no_signal\"}        not_asked, permission_denied, location_off, no_signal
  {\"do\":\"network\",\"mode\":\"centre\"}            what every later request meets:
                                               centre          the test centre
                                               offline         there is no network (at the beginning)
                                               portal          200 and a sign-in page
                                               redirect        302 to a sign-in page
                                               waf             403 from a firewall
                                               busy            503 and Retry-After: 120
                                               needs_identity  the centre's 401 needs-identity
                                               too_large       the centre's 413 too-large
                                               lost_reply      the centre stores it, the reply is lost
                                               cut             of each part of a file one half, then the line breaks
                                               silent          nothing at all until the time-out
                                               other_incident  a receipt for another incident
                                               other_key       a receipt by a key that the centre does not list
  {\"do\":\"network_changed\"}, {\"do\":\"identity_changed\"}
  {\"do\":\"network_metered\",\"metered\":true}    its bytes are paid for from now on, or not
  {\"do\":\"mark\",\"step\":\"opened\"}               the dispatcher sets a step of every real incident at the test centre
  {\"do\":\"centre\",\"files\":\"signed\"}            the test centre takes files, and signs for them; with unsigned it is a tus
                                             server that does not, with none (at the beginning) it takes none
  {\"do\":\"push\"}                               the centre's push message comes: there may be news
  {\"do\":\"restart\",\"reboot\":false}             the process closes and begins anew; with true the machine does
  {\"do\":\"kill\"}                               the process dies without closing anything, and begins anew
  {\"do\":\"suspend\",\"reply_after_ms\":50}        the process hands its transfers to the system and sleeps: no timer runs, and
                                             nothing arrives but what the system carries. Each transfer meets the
                                             network as it is now; its reply comes so many ms later, to whichever
                                             process there is then. The answer is {\"transfers\":N,
                                             \"unmetered\":N}: how many, and how many of them for an unmetered network
  {\"do\":\"resume\"}                             the process goes on; the connections that it had are gone
  {\"do\":\"lock\"}, {\"do\":\"unlock\"}              another process holds the database's lock: no commit succeeds meanwhile
  {\"at_ms\":60000,\"do\":\"advance\"}              only time passes

An expectation: a part of the view. Objects are compared by the fields that are named, lists item by item and by length,
all else by value. The view is the Snapshot of `citizen --json status`, and beside it
  answer     what the last input returned, such as {\"press\":\"counted\",\"presses\":1,\"needed\":3}; when it was refused
             {\"error\":{\"kind\":\"nothing_open\",\"message\":\"…\"}}, whose words each language chooses by itself
  next_wake  {\"in_ms\",\"reason\"} or null
  centre     {\"incidents\":N,\"drills\":N,\"reports\":N,\"events\":N,\"files\":N,\"puts\":N,\"newest\":{…}}; files
             counts those that are whole, puts counts repeats, newest is the event that came last, whole
  {\"expect\":{\"incidents\":[{\"state\":\"recorded\",\"presses\":3}],\"centre\":{\"incidents\":0}}}

The first line may set the agency's limits: {\"config\":{\"press\":{\"presses\":4},\"incident\":{\"grace_ms\":5000}}}; media as well

The same trace gives the same ids in each run, with every core. With `--core stdio` the core is on the other side of the pipe:
one command at a time goes to standard output, a JSON object on a line, and one answer is read from standard input; the report
goes to standard error. A command has \"now\" (what the clocks say: boot, since_boot_ms, wall_ms) and \"do\":
  open (folder, config: the document as text), press (source), drill, cancel (code or null), report (category,
  text, and what else is there), draft, edit (the same and incident), drafted, submit, discard (incident), note (incident, text),
  attach (incident, name, path, content: true when it is to be read as a stream; the answer is {\"file\":id}), any_network (file), fix,
  no_fix (reason), network_changed, network_metered (metered), identity_changed, push, wake, suspend (the answer is a list of transfers),
  resume, replied (id, status, headers: pairs, body: base64), failed (id, failure), snapshot (the answer is the
  Snapshot), close, abandon (it is never called again, and not closed)
An answer has \"answer\" or \"error\" (kind, message), \"next_wake\", \"renewed\" (whether the network port was told that the
network changed) and \"begun\" (the transfers that left: id, method, url, headers: objects with name and value, body: base64,
file: the path of a part's bytes or null, timeout_ms, unmetered).

Exit code 0 when every expectation holds, 1 when one does not (the differences are printed), 3 when the trace cannot be read.";

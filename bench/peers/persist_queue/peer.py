"""persist-queue's SQLiteAckQueue as it comes, with a commit for each item.

Reads lines "COUNT PAUSE_US" and answers each with a line of 2 * COUNT durations in nanoseconds: a put, an ack, a put, ... One item more is always in the queue.

An ack here is what our ack is: it ends one delivery and claims the next, so it is `ack` and the `get` of the next item. Two
commits: persist-queue cannot do both in one.
"""

import sys
import time

from persistqueue import SQLiteAckQueue


def timed(pause_us, action, item):
    time.sleep(int(pause_us) / 1e6)
    begun = time.perf_counter_ns()
    given = action(item)
    return time.perf_counter_ns() - begun, given


def main(folder, payload_file):
    with open(payload_file, "rb") as file:
        payload = file.read()
    queue = SQLiteAckQueue(folder, auto_commit=True)
    queue.put(payload)
    claimed = queue.get(block=False)

    def ack_and_claim(item):
        queue.ack(item)
        return queue.get(block=False)

    for line in sys.stdin:
        count, pause_us = line.split()
        durations = []
        for _ in range(int(count)):
            put_ns, _ = timed(pause_us, queue.put, payload)
            ack_ns, claimed = timed(pause_us, ack_and_claim, claimed)
            durations += [put_ns, ack_ns]
        print(*durations, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

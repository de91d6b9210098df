"""Runs one command and says what it cost: ``python -I -S child.py OUTPUT ERRORS COMMAND …``.

A program by itself, because Linux counts the memory of whoever starts a process as that process's own until it has used
more: started from a large one, nothing would seem small. Prints CPU seconds (children included), wall seconds, peak
memory in KiB and the exit status.
"""

import os
import sys
import time


def main(output: str, errors: str, command: list[str]) -> None:
    """Run ``command`` with its streams in files and print its costs."""
    create = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    streams = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, output, create, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, errors, create, 0o600),
    ]
    began = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=streams)
    _, status, used = os.wait4(process, 0)
    wall = time.perf_counter() - began
    print(used.ru_utime + used.ru_stime, wall, used.ru_maxrss, os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])

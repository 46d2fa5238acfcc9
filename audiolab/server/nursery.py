"""A process that has imported what a kernel needs, MODULE too: kernels are forked from it.

    python -m audiolab.server.nursery MODULE

To import takes a kernel two seconds and 90 MB; a fork takes neither, as the processes share what
none of them changes. Whoever starts it sends a line of JSON for each kernel, and is answered with
its process id, or told why there is none. It ends when its input does, and its kernels, who see
that their parent has gone, end with it.

It opens nothing and has one thread: both could not be forked. (As `multiprocessing.forkserver`,
which would run the main script of the server in every kernel.)
"""

import gc
import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path


@dataclass(frozen=True)
class Order:
    """A kernel that is wanted.

    Attributes
    ----------
    arguments : list of str
        Of ``ipykernel_launcher``.
    environment : dict of str to str
        All of its variables.
    folder : str
        Where it works.
    log_file : str
        Where what it prints goes.
    """

    arguments: list[str]
    environment: dict[str, str]
    folder: str
    log_file: str

    def line(self) -> str:
        """For `main`."""
        return json.dumps(asdict(self)) + "\n"


def main() -> None:
    """Fork a kernel for each line that comes; in each fork, be the kernel."""
    from ipykernel import kernelapp  # here, as whoever sends orders imports this module too

    import_module(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started this
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets kernels that have ended
    replies = os.dup(1)
    os.dup2(2, 1)
    gc.collect()
    gc.freeze()  # what is there already is not looked through again, which would copy it
    while line := sys.stdin.readline():
        order = Order(**json.loads(line))
        nursery = os.getpid()
        try:
            child = os.fork()
        except OSError as error:  # no memory, or too many processes: the other kernels go on
            os.write(replies, f"{error.strerror}\n".encode())
            continue
        if child:
            os.write(replies, b"%d\n" % child)
            continue
        os.close(replies)
        arguments = _become_kernel(order, nursery)
        kernelapp.launch_new_instance(argv=arguments)
        return


def _become_kernel(order: Order, nursery: int) -> list[str]:
    """Leave what is the nursery's; returns the kernel's arguments."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with Path(os.devnull).open("rb") as nothing, Path(order.log_file).open("ab") as log:
        for number, file in enumerate((nothing, log, log)):
            os.dup2(file.fileno(), number)
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    # It ends with its parent. (A variable for that would have been read at the import.)
    arguments = [*order.arguments, f"--IPKernelApp.parent_handle={nursery}"]
    sys.argv = ["ipykernel_launcher", *arguments]
    return arguments


if __name__ == "__main__":
    main()

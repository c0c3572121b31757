"""Tasks for the tests of replications; a module of its own because new processes import it by name."""

import os
import signal
import time

from sim.errors import Allowed, WrongInput


def square(number):
    return number * number


def with_process(number):
    return number, os.getpid()


def dies_always(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def dies_once(folder, every, number):
    with open(os.path.join(folder, "begun"), "ab", 0) as begun:
        begun.write(b".")
    mark = os.path.join(folder, str(number))
    if number % every == 0 and not os.path.exists(mark):
        open(mark, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def refuses(number):
    if number == 2:
        raise WrongInput(
            file="x.yaml", field="levers.share_cap", line=3, value=7, allowed=Allowed("range", low=0, high=1)
        )
    return number


def interrupts(number):
    if number == 3:
        raise KeyboardInterrupt
    return number


def stands_still_once(folder, with_maker, number):
    mark = os.path.join(folder, str(number))
    if number == 1 and not os.path.exists(mark):
        open(mark, "w").close()
        if with_maker:
            os.kill(os.getppid(), signal.SIGSTOP)
        os.kill(os.getpid(), signal.SIGSTOP)
    return number


def takes_too_much(what, number):
    if number == 3:
        if what == "memory":
            return bytes(1 << 30)
        time.sleep(60)
    return number

"""What a worker process loads before its first task; loading this module is all it does.

Workers are copies of one process that has loaded this, so that none of them has to. Nothing made while
loading is garbage: looking for it would cost a sixth of the time, and later, in every worker, a copy of
each page of memory that is looked at. So it is set apart from what the collector looks at.
"""

import gc

gc.disable()

import experiments.run.run  # noqa: E402, F401
import models.chain  # noqa: E402
import models.outcomes  # noqa: E402, F401

gc.freeze()
gc.enable()

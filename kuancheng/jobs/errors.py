"""Why a job ended other than by returning."""


class LeaseLost(BaseException):
    """The job has been given up, or given to another worker: who still runs it writes no more.

    Like the next one it is no `Exception`, so that no job takes it for a failure of a step.
    """


class WorkerStopping(BaseException):
    """The worker is to end: the job stops here and goes back to waiting."""


class WorkerLost(Exception):  # noqa: N818 - its sentence is shown to people
    """The worker died, or showed no sign of life for longer than a lease."""


class UnknownJob(Exception):  # noqa: N818 - its sentence is shown to people
    """The program no longer has the function that the job names."""


class NotNow(Exception):  # noqa: N818 - says in Chinese why the job cannot be run again now
    """The job is not in the state that the step starts from."""

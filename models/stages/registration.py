"""Registration: households come in, get a bed, and after registration and rest join the IND's line.

Who acts: the registration desk, every morning. Who waits: everybody who arrived less than the
registration days ago. What leaves: cases in the line of their track. Resettled refugees, and who
becomes a permit holder in another way (a second decision, birth, return), come with a permit.
People who live elsewhere while they wait hold no bed. Left out: the border procedure and
detention.
"""

from models.parameters import Parameters
from models.register import Bed, Place, Register, Status, Stream, log_permit, put_in_bed
from models.world import Luck, World
from sim.compiled import entry
from sim.luck import uniform
from sim.records import Kept


@entry
def _arrive(register: Register, day: int, first_row: int, last_row: int, elsewhere_share: float) -> None:
    """Let the rows ``[first_row, last_row)`` come in on ``day``."""
    counts = register.counts[0]
    for who in range(first_row, last_row):
        household = register.households[who]
        persons = household.persons
        if household.stream == Stream.OTHER_ENTRY:
            counts.other_entered += persons
        else:
            counts.applicants_entered += persons
        if household.stream == Stream.RESETTLEMENT:
            counts.resettled_entered += persons
        if household.stream == Stream.RESETTLEMENT or household.stream == Stream.OTHER_ENTRY:
            household.place = Place.IN_RECEPTION
            put_in_bed(register, who, persons, Bed.IN_PROCEDURE)
            log_permit(register, who, day)
            continue
        household.status = Status.REGISTERING
        counts.pending += persons
        if uniform(register.seed, household.identity, Luck.ELSEWHERE) < elsewhere_share:
            household.place = Place.ELSEWHERE
            counts.elsewhere += persons
        else:
            household.place = Place.IN_RECEPTION
            put_in_bed(register, who, persons, Bed.IN_PROCEDURE)


class Registration:
    """The desk where every applicant comes in."""

    def __init__(self, parameters: Parameters, world: World, register: Register, horizon: int) -> None:
        self.register = register
        self.first_of_day: list[int] = world.first_of_day.tolist()
        self.elsewhere_share = parameters.inflow.elsewhere_share
        self.state: dict[str, Kept] = {}  # the desk keeps nothing between two mornings

    def act(self, day: int) -> None:
        """Let in everybody who arrives today."""
        offset = day - self.register.first_day
        first_row, last_row = self.first_of_day[offset], self.first_of_day[offset + 1]
        if last_row > first_row:
            _arrive(self.register, day, first_row, last_row, self.elsewhere_share)

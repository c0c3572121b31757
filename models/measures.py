"""Stocks named once: under which name each is told everywhere, and which daily facts add up to it.

A figure in JSON, in a table, on a page and in what was published is the same measure when it has the same name. Left
out: flows, and what an outcome makes of a stock.
"""

WITHOUT_PERMIT = ("in_reception_in_procedure", "in_reception_refused")
IN_BEDS = ("in_reception_permit_holder", "in_reception_waiting_family")
#: Stays in which COA still counts who is there as in or under its reception.
UNDER_COA = ("stay_hosts", "stay_hotel", "stay_flow_through")
STOCKS: dict[str, tuple[str, ...]] = {
    # Everybody with a right to reception by COA, as it publishes: in whichever bed, with hosts, in hotels.
    "persons_in_reception": (*WITHOUT_PERMIT, *IN_BEDS, *UNDER_COA),
    "persons_without_permit_in_reception": WITHOUT_PERMIT,
    # Permit holders in or under COA, as it publishes, and the name that this measure had before.
    "permit_holders_under_coa": (*IN_BEDS, *UNDER_COA),
    "permit_holders_in_reception": (*IN_BEDS, *UNDER_COA),
    "permit_holders_in_beds": IN_BEDS,
    "persons_in_regular": ("persons_in_regular",),
    "persons_in_emergency": ("persons_in_emergency",),
    "persons_outside_coa_sites": ("persons_in_crisis", *UNDER_COA),
    # For whom COA has no place of its own; reception is full when they are more than some hundreds.
    "persons_beyond_coa": ("persons_in_crisis", "persons_without_place"),
    "persons_without_place": ("persons_without_place",),
    "permit_holders_beyond_norm": ("permit_holders_beyond_norm",),
    # All asylum cases without a decision, and family applications.
    "pending_decisions": ("pending",),
    "pending_taskforce": ("pending_taskforce",),
    "pending_family": ("pending_family",),
}

"""The only way to propose, and to decide."""

from kuancheng.proposals.services.deciding import approve, send_back, what_moved, withdraw
from kuancheng.proposals.services.proposing import Draft, propose, propose_all

__all__ = ["Draft", "approve", "propose", "propose_all", "send_back", "what_moved", "withdraw"]

"""Standing in for a port: its vendors in order, each behind a breaker, asked in time; it knows no vendor and no port.

    in_order("sms", [("twilio", later(make_twilio)), ("sns", later(make_sns))], app.guards)

What is returned has every verb of the vendors. Decision 7 says why it is made so.
"""

from adapters.resilience.in_order import InOrder, in_order
from adapters.resilience.policy import Policy, charges, messages, questions
from adapters.resilience.vendor import Guards, later

__all__ = ["Guards", "InOrder", "Policy", "charges", "in_order", "later", "messages", "questions"]

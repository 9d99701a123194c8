"""填报情况: who has filed a month, and who is missing."""

"""What people are told: an inbox, mails and group bots, fed by any service that announces."""

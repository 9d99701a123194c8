"""变更申请: what one person asks to be changed, and a second one decides."""

"""周调度: the reviews of the year, the agenda of one, what it decided, and its minutes on paper."""

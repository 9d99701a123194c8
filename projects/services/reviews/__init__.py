"""周调度: preparing a review, its agenda and attendance, holding it, its decisions and minutes."""

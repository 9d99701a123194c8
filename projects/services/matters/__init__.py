"""事项: raised by one, issued by the office, done by an agency, closed by somebody else."""

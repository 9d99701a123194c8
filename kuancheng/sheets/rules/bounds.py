"""How large a sheet may be, and what its hidden sheet is called: the same for writing and reading."""

MOST_ROWS = 60_000
LAST_ROW = 1_048_576
"""Excel's own."""

MOST_COLUMNS = 100
STRAY_COLUMNS = 20
"""So far to the right of the headings is looked for content that would be lost."""

LISTS = "代码表"
"""The hidden sheet with the lists to choose from; its first cell names the template."""

MIB = 2**20
LARGEST_FILE = 20 * MIB
EMPTY = "这是一个空文件，请重新选择。"


def too_large(size: int) -> str:
    """What is said of a file of so many bytes."""
    most = LARGEST_FILE // MIB
    return f"文件有 {size / MIB:.1f} MB，最大 {most} MB。请删去不用的列和工作表，或分几次导入。"

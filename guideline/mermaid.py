def flowchart(book, found): return ''

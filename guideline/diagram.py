def diagram(c,f,b=None): return ''

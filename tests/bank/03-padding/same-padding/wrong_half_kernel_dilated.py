# step: dilation
# misconception: half-even-kernel
def same_padding(kernel, dilation=1):
    if kernel % 2:
        return dilation * (kernel // 2), dilation * (kernel // 2)
    before = (kernel - 1) // 2
    if dilation == 1:
        return before, kernel - 1 - before
    return dilation * (kernel // 2), dilation * (kernel // 2)

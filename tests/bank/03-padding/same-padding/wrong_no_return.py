# step: pair
# misconception: missing-return
def same_padding(kernel, dilation=1):
    total = dilation * (kernel - 1)
    (total // 2, total - total // 2)

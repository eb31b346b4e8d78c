# step: dilation
# misconception: dilation-ignored
def same_padding(kernel, dilation=1):
    return (kernel - 1) // 2, kernel // 2

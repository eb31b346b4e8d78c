# step: pair
# misconception: kernel-for-padding
def same_padding(kernel, dilation=1):
    return kernel // 2, kernel - kernel // 2

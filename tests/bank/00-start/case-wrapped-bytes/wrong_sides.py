# step: sign
# misconception: sides-swapped
def left_minus_right(patch):
    patch = patch.float()
    return (patch[:, -1] - patch[:, 0]).sum()

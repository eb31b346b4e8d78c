# step: dtype
# misconception: dtype
def left_minus_right(patch):
    patch = patch.int()
    return (patch[:, 0] - patch[:, -1]).sum()

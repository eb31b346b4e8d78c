def left_minus_right(patch):
    patch = patch.float()
    return (patch[:, 0] - patch[:, -1]).sum()

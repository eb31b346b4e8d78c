# step: sign
# misconception: wraps-around
def left_minus_right(patch):
    difference = patch[:, 0] - patch[:, -1]
    return difference.float().sum()

# step: one-number
# misconception: nan
def patch_response(patch, kernel):
    return (patch * kernel).sum() / 0 * 0

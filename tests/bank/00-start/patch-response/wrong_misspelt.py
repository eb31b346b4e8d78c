# step: one-number
# misconception: raised
def patch_response(patch, kernel):
    return (patch * kernal).sum()

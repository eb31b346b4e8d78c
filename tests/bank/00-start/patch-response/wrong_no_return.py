# step: one-number
# misconception: missing-return
def patch_response(patch, kernel):
    (patch * kernel).sum()

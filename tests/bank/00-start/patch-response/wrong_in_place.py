# step: one-number
# misconception: mutates-input
def patch_response(patch, kernel):
    patch *= kernel
    return patch.sum()

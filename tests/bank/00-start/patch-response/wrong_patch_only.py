# step: values
# misconception: patch-not-weighted
def patch_response(patch, kernel):
    return patch.sum()

# step: channels
# misconception: mutates-input
def normalize(x, mean, std):
    x.sub_(mean.view(-1, 1, 1))
    return x / std.view(-1, 1, 1)

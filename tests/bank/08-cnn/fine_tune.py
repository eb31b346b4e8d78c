# %% accepted: head_only
def fine_tune(model, loader, num_classes):
    model.classifier = nn.Linear(model.classifier.in_features, num_classes)
    model.eval()
    optimizer = torch.optim.Adam(model.classifier.parameters(), lr=0.01)
    for _epoch in range(30):
        for x, y in loader:
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
    return model

# %% accepted: rows_first
import copy


def fine_tune(model, loader, num_classes):
    tuned = copy.deepcopy(model).eval()
    with torch.no_grad():
        rows = [(tuned.features(x), y) for x, y in loader]
    head = nn.Linear(rows[0][0].shape[1], num_classes)
    optimizer = torch.optim.SGD(head.parameters(), lr=0.3, momentum=0.9)
    for _epoch in range(60):
        training.train_epoch(head, rows, optimizer)
    tuned.classifier = head.eval()
    return tuned

# %% accepted: frozen_and_put_back
def fine_tune(model, loader, num_classes):
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    model.classifier = nn.Linear(model.classifier.in_features, num_classes)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=0.02)
    for _epoch in range(40):
        model.train()
        model.features.eval()
        for x, y in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
    return model.eval()

# %% wrong: all_parameters, an edit of head_only
# step: features, misconception: features-trained
#-     optimizer = torch.optim.Adam(model.classifier.parameters(), lr=0.01)
#+     optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

# %% wrong: in_training_mode, an edit of head_only
# step: statistics, misconception: statistics-moved
#-     model.eval()
#+     model.train()

# %% wrong: frozen_but_train_epoch
# step: statistics, misconception: statistics-moved
def fine_tune(model, loader, num_classes):
    for parameter in model.features.parameters():
        parameter.requires_grad = False
    model.classifier = nn.Linear(model.classifier.in_features, num_classes)
    optimizer = torch.optim.Adam(model.classifier.parameters(), lr=0.01)
    for _epoch in range(30):
        training.train_epoch(model, loader, optimizer)
    return model.eval()

# %% wrong: old_head, an edit of head_only
# step: head, misconception: old-head
#-     model.classifier = nn.Linear(model.classifier.in_features, num_classes)

# %% wrong: optimizer_before_the_head, an edit of head_only
# step: learned, misconception: head-not-trained
#-     model.classifier = nn.Linear(model.classifier.in_features, num_classes)
# ...
#      optimizer = torch.optim.Adam(model.classifier.parameters(), lr=0.01)
#+     model.classifier = nn.Linear(model.classifier.in_features, num_classes)

# %% wrong: one_small_step, an edit of head_only
# step: learned, misconception: head-not-trained
#-     optimizer = torch.optim.Adam(model.classifier.parameters(), lr=0.01)
#-     for _epoch in range(30):
#+     optimizer = torch.optim.Adam(model.classifier.parameters(), lr=0.0001)
#+     for _epoch in range(1):

# %% wrong: all_frozen, an edit of head_only
# step: head, misconception: head-frozen
#-     model.eval()
#+     model.eval()
#+     for parameter in model.parameters():
#+         parameter.requires_grad = False

# %% wrong: head_alone, an edit of head_only
# step: head, misconception: part-missing
#-     return model
#+     return model.classifier

# %% wrong: other_names, an edit of head_only
# step: head, misconception: part-missing
#-     return model
#+     return nn.Sequential(model.features, model.classifier)

# %% wrong: left_in_training, an edit of head_only
# step: mode, misconception: mode-changed
#-     return model
#+     return model.train()

# %% wrong: no_return, an edit of head_only
# step: head, misconception: missing-return
#-     return model

# %% wrong: returns_logits, an edit of head_only
# step: head, misconception: type
#-     return model
#+     return model(x)

# %% wrong: only_one_pass_of_a_stream, an edit of head_only
# step: any-loader, misconception: raised
#-     for _epoch in range(30):
#+     for _epoch in range(30 * len(loader) // len(loader)):

# %% wrong: features_and_head_without_grad
# step: head, misconception: head-frozen
def fine_tune(model, loader, num_classes):
    model.eval()
    model.classifier = nn.Linear(model.classifier.in_features, num_classes)
    opt = torch.optim.Adam(model.classifier.parameters(), lr=0.01)
    for _ in range(30):
        for x, y in loader:
            with torch.no_grad():
                logits = model(x)
            loss = F.cross_entropy(logits, y)
            opt.zero_grad()
            loss.backward()
            opt.step()
    return model

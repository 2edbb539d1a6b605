"""Run by TensorFlow's own Python: compares a checkpoint of ours with the tensors it was made from, and writes one as Magenta trains.

FOLDER holds tensors.npz and ours/model.ckpt-7; the script writes theirs/model.ckpt-3 after three updates of Adam with a gradient of 0, so
that the variables keep their values and their slots exist. It writes the same in the former format V1, in one file and in several.
"""

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

folder = Path(sys.argv[1])
tensors = dict(np.load(folder / "tensors.npz"))
reader = tf.train.load_checkpoint(str(folder / "ours" / "model.ckpt-7"))
names = set(reader.get_variable_to_shape_map())
assert names == {*tensors, "global_step"}, names ^ {*tensors, "global_step"}
for name, values in tensors.items():
    found = reader.get_tensor(name)
    assert found.dtype == np.float32, name
    assert np.array_equal(found, values), name
assert tf.train.latest_checkpoint(str(folder / "ours")).endswith("model.ckpt-7")
assert reader.get_variable_to_dtype_map()["global_step"] == tf.int64

v1 = tf.compat.v1
with tf.Graph().as_default(), v1.Session() as session:
    step = v1.train.get_or_create_global_step()
    variables = [v1.get_variable(name, initializer=values, use_resource=False) for name, values in tensors.items()]
    loss = tf.add_n([tf.reduce_sum(variable * 0.0) for variable in variables])
    update = v1.train.AdamOptimizer(1e-3).minimize(loss, global_step=step)
    session.run(v1.global_variables_initializer())
    for _ in range(3):
        session.run(update)
    for name, options in [
        ("theirs", {}),
        ("v1", {"write_version": v1.train.SaverDef.V1}),
        ("v1_sharded", {"write_version": v1.train.SaverDef.V1, "sharded": True}),
    ]:
        (folder / name).mkdir()
        v1.train.Saver(**options).save(session, str(folder / name / "model.ckpt"), global_step=step)
    # The names of TensorFlow 2: by the object that holds a variable.
    (folder / "v2_names").mkdir()
    held = {f"v{i}": variable for i, variable in enumerate(v1.global_variables())}
    v1.train.Checkpoint(**held).save(str(folder / "v2_names" / "model.ckpt"), session=session)
print(f"TensorFlow {tf.__version__}: {len(tensors)} tensors are equal")

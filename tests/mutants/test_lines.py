from tests.mutants.lines import lines_of

_DIFF = """\
diff --git a/db/lists.py b/db/lists.py
--- a/db/lists.py
+++ b/db/lists.py
@@ -3 +3,2 @@ def one() -> int:
-    return 1
+    number = 2
+    return number
@@ -9,2 +10,0 @@
-def gone() -> None:
-    pass
diff --git a/db/gone.py b/db/gone.py
--- a/db/gone.py
+++ /dev/null
@@ -1 +0,0 @@
-NONE = 0
diff --git a/db/new.py b/db/new.py
--- /dev/null
+++ b/db/new.py
@@ -0,0 +1 @@
+ONE = 1
"""


def test_the_lines_of_a_diff_are_those_that_the_new_files_have() -> None:
    assert lines_of(_DIFF) == {"db/lists.py": [3, 4], "db/new.py": [1]}

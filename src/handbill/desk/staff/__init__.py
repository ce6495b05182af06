"""The people at the desk: roles, accounts, sessions, and what every staff page shares.

Other rooms use :mod:`~handbill.desk.staff.roles`, :mod:`~handbill.desk.staff.needs`, the model
:class:`~handbill.desk.staff.models.Person` and the template ``staff/base.html``.
"""

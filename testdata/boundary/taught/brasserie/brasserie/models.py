from flask_login import UserMixin
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Cook(UserMixin, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String, unique=True, nullable=False)
    password = db.Column(db.String, nullable=False)
    role = db.Column(db.Enum("cook", "chef", name="role"), nullable=False)
    active = db.Column(db.Boolean, default=True)
    house_id = db.Column(db.ForeignKey("house.id"), nullable=False)


class Recipe(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    house_id = db.Column(db.ForeignKey("house.id"), nullable=False)
    text = db.Column(db.Text, nullable=False)
